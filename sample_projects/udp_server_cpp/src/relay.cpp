#include "relay.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "journal.hpp"

namespace relay {

Relay::Relay(std::uint16_t port, Journal& journal) : socket_(port), journal_(journal) {}

void Relay::serve(const std::atomic<bool>& running) {
    std::array<std::byte, 520> buffer;
    while (running) {
        sockaddr_in from{};
        const std::size_t size = socket_.receive(buffer, from, 200);
        if (size == 0) {
            continue;
        }
        if (const auto packet = decode({buffer.data(), size})) {
            forward(*packet, from);
        }
    }
}

void Relay::forward(const Packet& packet, const sockaddr_in& from) {
    const std::lock_guard lock(mutex_);
    auto& members = rooms_[packet.room];
    const auto known = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.id == packet.sender; });
    if (known == members.end()) {
        members.push_back({packet.sender, from});
        journal_.write("room " + std::to_string(packet.room) + ": " + std::to_string(packet.sender) + " joined");
    } else {
        known->address = from;
    }
    for (const Member& member : members) {
        if (member.id != packet.sender && socket_.send({packet.body.data(), packet.size}, member.address)) {
            ++forwarded_;
        }
    }
}

}  // namespace relay
