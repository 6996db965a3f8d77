#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#ifdef _WIN32
#include <winsock2.h>
#else
#include <netinet/in.h>
#endif

namespace relay {

/// A bound datagram socket that waits no longer than asked.
class UdpSocket {
public:
    explicit UdpSocket(std::uint16_t port);
    ~UdpSocket();
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    /// Bytes received, 0 when nothing came in time.
    std::size_t receive(std::span<std::byte> buffer, sockaddr_in& from, int milliseconds);
    bool send(std::span<const std::byte> bytes, const sockaddr_in& to);

private:
    int descriptor_ = -1;
};

}  // namespace relay
