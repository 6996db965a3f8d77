#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace relay {

/// What travels: a room, a sender, and up to 512 bytes that the relay does not look into.
struct Packet {
    std::uint32_t room = 0;
    std::uint32_t sender = 0;
    std::array<std::byte, 512> body{};
    std::size_t size = 0;
};

/// Room and sender, each four bytes in network order, then the body.
inline std::optional<Packet> decode(std::span<const std::byte> bytes) {
    if (bytes.size() < 8 || bytes.size() > 8 + 512) {
        return std::nullopt;
    }
    const auto word = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
        }
        return value;
    };
    Packet packet{word(0), word(4), {}, bytes.size() - 8};
    for (std::size_t i = 0; i < packet.size; ++i) {
        packet.body[i] = bytes[8 + i];
    }
    return packet;
}

}  // namespace relay
