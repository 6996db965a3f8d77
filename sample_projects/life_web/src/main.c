#include <SDL.h>
#include <stdlib.h>

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#else
#include <signal.h>
#endif

#include "life.h"
#include "pattern.h"

#define WIDTH 160
#define HEIGHT 120
#define SCALE 5

struct game {
    struct life life;
    SDL_Window *window;
    SDL_Renderer *renderer;
    bool paused;
    bool running;
};

static void randomise(struct life *life)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            life_set(life, x, y, rand() % 4 == 0);
}

static void handle(struct game *game, const SDL_Event *event)
{
    if (event->type == SDL_QUIT) {
        game->running = false;
    } else if (event->type == SDL_KEYDOWN && event->key.keysym.sym == SDLK_SPACE) {
        game->paused = !game->paused;
    } else if (event->type == SDL_KEYDOWN && event->key.keysym.sym == SDLK_r) {
        randomise(&game->life);
    } else if (event->type == SDL_MOUSEMOTION && event->motion.state & SDL_BUTTON_LMASK) {
        life_set(&game->life, event->motion.x / SCALE, event->motion.y / SCALE, true);
    }
}

static void draw(struct game *game)
{
    SDL_SetRenderDrawColor(game->renderer, 16, 16, 24, 255);
    SDL_RenderClear(game->renderer);
    SDL_SetRenderDrawColor(game->renderer, 120, 220, 140, 255);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            if (life_get(&game->life, x, y)) {
                SDL_Rect cell = {x * SCALE, y * SCALE, SCALE - 1, SCALE - 1};
                SDL_RenderFillRect(game->renderer, &cell);
            }
        }
    }
    SDL_RenderPresent(game->renderer);
}

/* One turn: the browser calls it for every frame, the desktop from a loop of our own. */
static void frame(void *context)
{
    struct game *game = context;
    SDL_Event event;
    while (SDL_PollEvent(&event))
        handle(game, &event);
    if (!game->paused)
        life_step(&game->life);
    draw(game);
}

#ifndef __EMSCRIPTEN__
static struct game *stopped_by_signal;

static void on_interrupt(int number)
{
    (void)number;
    stopped_by_signal->running = false;
}

static void run(struct game *game)
{
    stopped_by_signal = game;
    signal(SIGINT, on_interrupt);
    while (game->running) {
        frame(game);
        SDL_Delay(33);
    }
    pattern_save(&game->life, "last.txt");
}
#endif

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static struct game game = {.running = true};
    if (SDL_Init(SDL_INIT_VIDEO) != 0 || !life_init(&game.life, WIDTH, HEIGHT)) {
        SDL_Log("life: %s", SDL_GetError());
        return EXIT_FAILURE;
    }
    game.window = SDL_CreateWindow("Life", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, WIDTH * SCALE,
                                   HEIGHT * SCALE, 0);
    game.renderer = SDL_CreateRenderer(game.window, -1, SDL_RENDERER_ACCELERATED);
    if (!game.renderer) {
        SDL_Log("life: %s", SDL_GetError());
        return EXIT_FAILURE;
    }
    randomise(&game.life);
    pattern_load(&game.life, "patterns/glider.txt", WIDTH / 2, HEIGHT / 2);
#ifdef __EMSCRIPTEN__
    emscripten_set_main_loop_arg(frame, &game, 0, 1);
#else
    run(&game);
#endif
    SDL_DestroyRenderer(game.renderer);
    SDL_DestroyWindow(game.window);
    SDL_Quit();
    life_free(&game.life);
    return EXIT_SUCCESS;
}
