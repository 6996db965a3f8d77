mergeInto(LibraryManager.library, {
  ArenaShare: function (text) {
    navigator.share({ text: UTF8ToString(text) });
  },
});
