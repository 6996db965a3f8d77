#ifndef PATTERN_H
#define PATTERN_H

#include "life.h"

/* Reads rows of '.' and 'O' to the given place; false when the file cannot be read. */
bool pattern_load(struct life *life, const char *path, int x, int y);

/* Writes the whole field in the same form. */
bool pattern_save(const struct life *life, const char *path);

#endif
