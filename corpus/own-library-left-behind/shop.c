#include <stdio.h>

int gross(int cents);

int main(void) {
  printf("to pay: %d\n", gross(1999));
  return 0;
}
