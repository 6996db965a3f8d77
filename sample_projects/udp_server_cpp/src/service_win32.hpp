#pragma once

#include <atomic>

namespace relay {

/// Turns `running` false when the console closes or Windows shuts down.
void stop_with_service(std::atomic<bool>& running);

}  // namespace relay
