#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "packet.hpp"
#include "udp_socket.hpp"

namespace relay {

class Journal;

/// Sends each packet on to everybody else in its room.
class Relay {
public:
    Relay(std::uint16_t port, Journal& journal);

    /// Serves until `running` turns false; several threads may serve at once.
    void serve(const std::atomic<bool>& running);
    std::uint64_t forwarded() const { return forwarded_.load(); }

private:
    struct Member {
        std::uint32_t id;
        sockaddr_in address;
    };

    void forward(const Packet& packet, const sockaddr_in& from);

    UdpSocket socket_;
    Journal& journal_;
    std::mutex mutex_;
    std::map<std::uint32_t, std::vector<Member>> rooms_;
    std::atomic<std::uint64_t> forwarded_ = 0;
};

}  // namespace relay
