#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>
#include <vector>

#ifdef _WIN32
#include "service_win32.hpp"
#else
#include <signal.h>
#endif

#include "journal.hpp"
#include "relay.hpp"

namespace {

std::atomic<bool> running = true;

#ifndef _WIN32
// Stopped by the service manager or by Ctrl-C: finish the packets at hand, then leave.
void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { running = false; };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}
#endif

int serve(std::uint16_t port) {
    relay::Journal journal("relay.log");
    relay::Relay server(port, journal);
    std::vector<std::thread> threads;
    const unsigned count = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i) {
        threads.emplace_back([&server] { server.serve(running); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::printf("%llu packets forwarded\n", static_cast<unsigned long long>(server.forwarded()));
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 27515);
#ifdef _WIN32
    relay::stop_with_service(running);
#else
    stop_on_signals();
#endif
    try {
        return serve(port);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "arena_relay: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
