#pragma once

#include <filesystem>
#include <fstream>
#include <mutex>
#include <string_view>

namespace relay {

/// One line per event, in a file that grows to a megabyte and is then set aside.
class Journal {
public:
    explicit Journal(std::filesystem::path path);
    void write(std::string_view line);

private:
    void rotate();

    std::filesystem::path path_;
    std::ofstream file_;
    std::mutex mutex_;
};

}  // namespace relay
