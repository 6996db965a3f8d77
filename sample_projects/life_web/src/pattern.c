#include "pattern.h"

#include <stdio.h>

bool pattern_load(struct life *life, const char *path, int x, int y)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    int column = x;
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        if (c == '\n') {
            column = x;
            y++;
        } else {
            life_set(life, column++, y, c == 'O');
        }
    }
    fclose(file);
    return true;
}

bool pattern_save(const struct life *life, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    for (int y = 0; y < life->height; y++) {
        for (int x = 0; x < life->width; x++)
            fputc(life_get(life, x, y) ? 'O' : '.', file);
        fputc('\n', file);
    }
    return fclose(file) == 0;
}
