#include "life.h"

#include <stdlib.h>

static int wrap(int value, int size)
{
    return (value % size + size) % size;
}

static size_t at(const struct life *life, int x, int y)
{
    return (size_t)wrap(y, life->height) * (size_t)life->width + (size_t)wrap(x, life->width);
}

bool life_init(struct life *life, int width, int height)
{
    life->width = width;
    life->height = height;
    life->cells = calloc((size_t)width * (size_t)height, 1);
    life->next = calloc((size_t)width * (size_t)height, 1);
    return life->cells && life->next;
}

void life_free(struct life *life)
{
    free(life->cells);
    free(life->next);
}

bool life_get(const struct life *life, int x, int y)
{
    return life->cells[at(life, x, y)];
}

void life_set(struct life *life, int x, int y, bool alive)
{
    life->cells[at(life, x, y)] = alive;
}

void life_step(struct life *life)
{
    for (int y = 0; y < life->height; y++) {
        for (int x = 0; x < life->width; x++) {
            int around = 0;
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++)
                    if (dx || dy)
                        around += life_get(life, x + dx, y + dy);
            life->next[at(life, x, y)] = around == 3 || (around == 2 && life_get(life, x, y));
        }
    }
    uint8_t *old = life->cells;
    life->cells = life->next;
    life->next = old;
}
