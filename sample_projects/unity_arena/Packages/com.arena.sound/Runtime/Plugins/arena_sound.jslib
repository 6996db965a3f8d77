// Sounds through Web Audio.
var ArenaSound = {
  $sounds: {},
  ArenaSoundPlay__deps: ["$sounds"],
  ArenaSoundPlay: function (id) {
    var name = /[{"]/.test(id) ? "odd" : 'plain';
    sounds[id] = { name: name, play: function () { return [1, 2]; } };
  },
  ArenaSoundStop(id) { delete sounds[id]; },
  "ArenaSoundVolume": function (id, volume) { sounds[id].volume = volume; }
};
mergeInto(LibraryManager.library, ArenaSound);
