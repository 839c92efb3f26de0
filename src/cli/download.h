// Fetches one file over HTTP(S) into memory. Blocks; call it from the command's thread.
#pragma once

#include <string>

#include "base/result.h"

namespace squall::cli {

struct DownloadOptions {
  std::string ca_file = {};   // empty: the system's
  std::size_t bytes_max = 0;  // a larger answer is an error
};

// Follows a few redirects, each to https or to this machine: anything else could be changed on its way, and nothing in
// the file would tell. Any status but 200 is an error of kind network that names the URL.
Result<std::string> download(const std::string& url, const DownloadOptions& options);

}  // namespace squall::cli
