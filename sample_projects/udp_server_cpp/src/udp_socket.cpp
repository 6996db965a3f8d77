#include "udp_socket.hpp"

#include <system_error>

#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include <cerrno>
#include <cstddef>

namespace relay {

UdpSocket::UdpSocket(std::uint16_t port) {
#ifdef _WIN32
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    descriptor_ = static_cast<int>(::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
#else
    descriptor_ = ::socket(AF_INET, SOCK_DGRAM, 0);
#endif
    if (descriptor_ < 0) {
        throw std::system_error(errno, std::generic_category(), "socket");
    }
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_ANY);
    here.sin_port = htons(port);
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) {
        throw std::system_error(errno, std::generic_category(), "bind");
    }
}

UdpSocket::~UdpSocket() {
#ifdef _WIN32
    closesocket(descriptor_);
    WSACleanup();
#else
    close(descriptor_);
#endif
}

std::size_t UdpSocket::receive(std::span<std::byte> buffer, sockaddr_in& from, int milliseconds) {
#ifdef _WIN32
    WSAPOLLFD waiting{static_cast<SOCKET>(descriptor_), POLLIN, 0};
    if (WSAPoll(&waiting, 1, milliseconds) <= 0) {
        return 0;
    }
    int length = sizeof from;
    const int got = recvfrom(descriptor_, reinterpret_cast<char*>(buffer.data()), static_cast<int>(buffer.size()), 0,
                             reinterpret_cast<sockaddr*>(&from), &length);
#else
    pollfd waiting{descriptor_, POLLIN, 0};
    if (poll(&waiting, 1, milliseconds) <= 0) {
        return 0;
    }
    socklen_t length = sizeof from;
    const ssize_t got =
        recvfrom(descriptor_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
#endif
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

bool UdpSocket::send(std::span<const std::byte> bytes, const sockaddr_in& to) {
    const auto sent = sendto(descriptor_, reinterpret_cast<const char*>(bytes.data()), bytes.size(), 0,
                             reinterpret_cast<const sockaddr*>(&to), sizeof to);
    return sent == static_cast<std::ptrdiff_t>(bytes.size());
}

}  // namespace relay
