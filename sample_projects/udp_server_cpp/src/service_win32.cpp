#ifdef _WIN32

#include "service_win32.hpp"

#include <windows.h>

namespace relay {

namespace {
std::atomic<bool>* flag = nullptr;

BOOL WINAPI on_console(DWORD) {
    *flag = false;
    return TRUE;
}
}  // namespace

void stop_with_service(std::atomic<bool>& running) {
    flag = &running;
    SetConsoleCtrlHandler(on_console, TRUE);
}

}  // namespace relay

#endif
