/* Stands for a store's closed client library: portlint's tests ship the binaries, this is what they are made from.
 * A worker thread keeps a connection to the client program on this machine. */
#include <stdint.h>
#include <string.h>

#ifdef _WIN32
#include <winsock2.h>
#include <windows.h>
#define EXPORT __declspec(dllexport)
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>
#define EXPORT __attribute__((visibility("default")))
#endif

typedef void (*steamlike_callback)(const char *message, void *user);

static struct {
    steamlike_callback call;
    void *user;
    volatile int stop;
} state;

static int connect_client(void)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(57343);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
#ifdef _WIN32
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
#endif
    int client = (int)socket(AF_INET, SOCK_STREAM, 0);
    return connect(client, (struct sockaddr *)&address, sizeof address) == 0 ? client : -1;
}

static void listen_to_client(void)
{
    char message[256];
    int client = connect_client();
    while (client >= 0 && !state.stop) {
        int got = (int)recv(client, message, sizeof message - 1, 0);
        if (got <= 0)
            break;
        message[got] = 0;
        state.call(message, state.user);
    }
}

#ifdef _WIN32
static DWORD WINAPI worker(void *unused)
{
    (void)unused;
    listen_to_client();
    return 0;
}
#else
static void *worker(void *unused)
{
    listen_to_client();
    return unused;
}
#endif

/* Godot's entry point; the classes would be registered here. */
EXPORT uint8_t steamlike_init(void *get_proc_address, void *library, void *initialization)
{
    (void)get_proc_address;
    (void)library;
    return initialization != 0;
}

EXPORT int steamlike_start(steamlike_callback call, void *user)
{
    state.call = call;
    state.user = user;
#ifdef _WIN32
    return CreateThread(0, 0, worker, 0, 0, 0) != 0;
#else
    pthread_t thread;
    return pthread_create(&thread, 0, worker, 0) == 0;
#endif
}

EXPORT void steamlike_stop(void)
{
    state.stop = 1;
}
