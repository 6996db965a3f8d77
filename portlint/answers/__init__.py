"""Whole answers, remembered: where nothing that decides has changed, what was printed is printed again.

An answer is found by its question (`question.py`): the arguments, the folder, the environment but for names that decide
nothing, what the terminal is, the user, the version of Python and of portlint. It holds while everything that it rests
on is as it was (`state.py`):

* portlint's own modules, every file of `rules/`, and the folders that hold its dependencies;
* every file that the walk saw, read or not, and files that it found missing;
* every folder that a new file could appear in: all of them, but for those that git ignores;
* what decides the listing: the index, `.git/info/exclude`, every `.gitignore` on the way, git's settings, its program;
* every other file that was opened while the scan ran: settings, a compilation database, rates, a baseline. An audit
  hook of Python sees them all (`watch.py`), so that a new option cannot be forgotten here; an answer that started a
  program other than the listing, or wrote a file other than its reports, is not remembered. What was printed, on
  either stream, is taken from there too.

"As it was" is change time, size and inode of lstat. No program can set a change time, so equal ones mean the same
content, except within the tick of the clock in which the answer was stored: what is that young is stored without a
signature and compared by content, as git does with racy entries. What changed during the scan itself is noticed when
the answer is stored.

What differs is looked at before the answer is given up: a folder may hold the same names as before, a new index list
the same files, a file have the same content, or another one of which its extractor says the same (`recheck.py`). That
last step is sound because extractions are all that later stages know of a file, but for those that somebody opened more
often than the extractors did: for these another content is another answer. A stage that keeps something else of files'
contents between runs, as the survey of `portlint plan` does, must not be remembered here, or name its files in `Seen`.

A commit hook asks about what is staged, not about the working tree, and what it says of a commit that adds nothing does
not hang on the lines of what was there before: its answer holds while git's index and HEAD say what was judged, in the
same order (`judged.py` stores it, `staged.py` looks).

Beside what was printed stands the report itself (`report.py`), found by what the scan was asked and by nothing that
only shapes the answer: suppositions, other prices and other commands start from it, and are not remembered in turn.

A file system that keeps no change times of folders, or a clock set back, can fool this as it fools git.
"""
