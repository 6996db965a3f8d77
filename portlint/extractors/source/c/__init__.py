"""C, C++ and Objective-C: lexed, not parsed."""
