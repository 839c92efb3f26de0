// Result<T>: a value or an Error. Status: nothing or an Error.
//
// Functions that can fail return one of these; callers use TRY to pass an error up:
//   Status run() { int n = TRY(parse("12")); TRY(store(n)); return {}; }
// No exception crosses a folder's border: libraries' exceptions are caught where they are called.
#pragma once

#include <cassert>
#include <utility>
#include <variant>

#include "base/error.h"

namespace squall {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  T value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }
  Error error() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  void value() const { assert(ok()); }
  const Error& error() const& {
    assert(!ok());
    return *error_;
  }
  Error error() && {
    assert(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace squall

// The value of a Result, or return its error from the enclosing function (GNU statement expression: g++ and clang).
// Every use has a name of its own, so that one TRY can stand inside another.
#define TRY(...) SQUALL_TRY_1(__COUNTER__, __VA_ARGS__)
#define SQUALL_TRY_1(number, ...) SQUALL_TRY_2(number, __VA_ARGS__)
#define SQUALL_TRY_2(number, ...)                                            \
  __extension__({                                                            \
    auto try_result_##number = (__VA_ARGS__);                                \
    if (!try_result_##number) return std::move(try_result_##number).error(); \
    std::move(try_result_##number).value();                                  \
  })
