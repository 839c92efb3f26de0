// squall.errors: the calls that failed in the last statement that asked the cloud.
//
// Owned by the session; session thread only. Statements that ask nobody (SET, SHOW, a SELECT of squall.errors itself) leave
// it as it is.
#pragma once

#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "engine/snapshot_table.h"

namespace squall::engine {

class ErrorTable {
 public:
  explicit ErrorTable(const catalogue::Catalogue& catalogue) : catalogue_(catalogue) {}

  void keep(std::vector<Error> errors) { errors_ = std::move(errors); }
  // squall.errors. This object must outlive it.
  SnapshotTable table() const;

 private:
  SnapshotRows rows() const;

  const catalogue::Catalogue& catalogue_;
  std::vector<Error> errors_;
};

// "aws.sagemaker.images" for AWS::SageMaker::Image, the plural where there are two tables; a type that the catalogue lacks
// keeps its name.
std::string resource_of(const catalogue::Catalogue& catalogue, const std::string& type_name);

}  // namespace squall::engine
