// The least a C++ program does: the floor under every start-up time.
#include <iostream>

int main() { std::cout << "1\n"; }
