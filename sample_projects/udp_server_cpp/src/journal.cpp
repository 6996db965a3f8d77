#include "journal.hpp"

#include <cstdint>
#include <system_error>
#include <utility>

namespace relay {

namespace fs = std::filesystem;

constexpr std::uintmax_t limit = 1'000'000;

Journal::Journal(fs::path path) : path_(std::move(path)), file_(path_, std::ios::app) {}

void Journal::write(std::string_view line) {
    const std::lock_guard lock(mutex_);
    file_ << line << '\n' << std::flush;
    std::error_code error;
    if (fs::file_size(path_, error) > limit && !error) {
        rotate();
    }
}

void Journal::rotate() {
    file_.close();
    fs::path old = path_;
    old += ".1";
    fs::rename(path_, old);
    file_.open(path_, std::ios::trunc);
}

}  // namespace relay
