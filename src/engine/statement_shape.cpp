#include "engine/statement_shape.h"

#include <algorithm>
#include <array>
#include <vector>

namespace squall::engine {

namespace {

struct Instruction {
  std::string opcode;
  std::int64_t target = 0;
  bool resource_scan = false;
};

// The instructions that SQLite ends loops with, and calls of subroutines.
constexpr std::array<std::string_view, 6> kJumps = {"Next", "Prev", "VNext", "SorterNext", "Goto", "Gosub"};

bool jumps_back_over(const Instruction& instruction, std::size_t scan) {
  if (std::find(kJumps.begin(), kJumps.end(), instruction.opcode) == kJumps.end()) return false;
  // The program starts at its end and goes to 1: no loop.
  if (instruction.opcode == "Goto" && instruction.target == 1) return false;
  return instruction.target <= static_cast<std::int64_t>(scan);
}

}  // namespace

Result<StatementShape> shape_of_statement(sqlite::Connection& connection, std::string_view sql) {
  auto explained = TRY(connection.prepare("EXPLAIN " + std::string(sql)));
  StatementShape shape;
  std::vector<Instruction> program;
  while (TRY(explained.step())) {
    // Programs of triggers follow, counted from 0 again; what calls them is not looked at.
    if (explained.integer(0) != static_cast<std::int64_t>(program.size())) shape.runs_in_loop = true;
    Instruction instruction{.opcode = std::string(explained.text(1)), .target = explained.integer(3)};
    const std::string_view plan = explained.text(5);
    instruction.resource_scan =
        instruction.opcode == "VFilter" && (plan.starts_with("GetResource(") || plan.starts_with("ListResources("));
    shape.scans += instruction.resource_scan ? 1 : 0;
    program.push_back(std::move(instruction));
  }
  for (std::size_t scan = 0; scan < program.size(); ++scan) {
    if (!program[scan].resource_scan) continue;
    for (std::size_t i = scan + 1; i < program.size(); ++i)
      shape.runs_in_loop = shape.runs_in_loop || jumps_back_over(program[i], scan);
    for (std::size_t i = 0; i < scan; ++i) {
      // A subroutine that is called from before it may be called again and again.
      const bool calls = program[i].opcode == "Gosub" && program[i].target <= static_cast<std::int64_t>(scan) &&
                         program[i].target > static_cast<std::int64_t>(i);
      shape.runs_in_loop = shape.runs_in_loop || calls;
    }
  }
  return shape;
}

}  // namespace squall::engine
