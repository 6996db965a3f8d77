#ifndef LIFE_H
#define LIFE_H

#include <stdbool.h>
#include <stdint.h>

/* Conway's game of life on a torus. */
struct life {
    int width;
    int height;
    uint8_t *cells;
    uint8_t *next;
};

bool life_init(struct life *life, int width, int height);
void life_free(struct life *life);
bool life_get(const struct life *life, int x, int y);
void life_set(struct life *life, int x, int y, bool alive);
void life_step(struct life *life);

#endif
