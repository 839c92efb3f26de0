// The port through which requests leave: the HTTP client, the local cloud in-process, or a test's fake.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "net/http_message.h"

namespace squall::net {

// Error::code of the network errors that sending again cannot mend.
inline constexpr std::string_view kCertificateNotAccepted = "CertificateNotAccepted";
inline constexpr std::string_view kProxyRefused = "ProxyRefused";

class Transport {
 public:
  // Called exactly once a request, on a thread of the transport's own; must not block.
  // An error is of kind network (nothing or not all came back), of kind interrupted (the transport ended meanwhile) or of
  // kind data (the request cannot be written as HTTP); never a status code: those are responses.
  using Done = std::function<void(Result<HttpResponse>)>;

  virtual ~Transport() = default;
  // Returns at once; any thread. Many requests may be under way; answers come in any order.
  virtual void send(HttpRequest request, Done done) = 0;
};

}  // namespace squall::net
