// Time, handed in by reference so that tests can hold it still.
#pragma once

#include <chrono>

namespace squall {

class Clock {
 public:
  using Time = std::chrono::system_clock::time_point;
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override { return std::chrono::system_clock::now(); }
};

}  // namespace squall
