/* Value noise on a grid. Plain arithmetic: it needs nothing of the platform but memory. */
#include <stdint.h>
#include <stdlib.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

static uint32_t hash(uint32_t x, uint32_t y, uint32_t seed)
{
    uint32_t h = seed ^ x * 0x9e3779b1u ^ y * 0x85ebca77u;
    h = (h ^ h >> 15) * 0xc2b2ae3du;
    return h ^ h >> 13;
}

static float corner(int32_t x, int32_t y, uint32_t seed)
{
    return (float)(hash((uint32_t)x, (uint32_t)y, seed) & 0xffffu) / 65535.0f;
}

static float mix(float a, float b, float t)
{
    return a + (b - a) * t * t * (3.0f - 2.0f * t);
}

EXPORT float noise_field_sample(int32_t x, int32_t y, int32_t cell, uint32_t seed)
{
    int32_t gx = x / cell, gy = y / cell;
    float tx = (float)(x % cell) / (float)cell, ty = (float)(y % cell) / (float)cell;
    float top = mix(corner(gx, gy, seed), corner(gx + 1, gy, seed), tx);
    float bottom = mix(corner(gx, gy + 1, seed), corner(gx + 1, gy + 1, seed), tx);
    return mix(top, bottom, ty);
}

/* The caller frees the field. */
EXPORT float *noise_field_fill(int32_t width, int32_t height, int32_t cell, uint32_t seed)
{
    float *field = malloc((size_t)width * (size_t)height * sizeof *field);
    if (!field)
        return 0;
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++)
            field[y * width + x] = noise_field_sample(x, y, cell, seed);
    return field;
}

/* Godot's entry point; the classes would be registered here. */
EXPORT uint8_t noise_field_init(void *get_proc_address, void *library, void *initialization)
{
    (void)get_proc_address;
    (void)library;
    return initialization != 0;
}
