#include <iostream>
#include <map>
#include <string>

int main() {
  std::map<std::string, int> seen;
  for (std::string word; std::cin >> word;)
    ++seen[word];
  for (const auto &[word, count] : seen)
    std::cout << word << " " << count << "\n";
}
