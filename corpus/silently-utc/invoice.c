#include <stdio.h>
#include <time.h>

int main(void) {
  time_t paid = 1767222000; /* 2025-12-31T23:00:00Z, which is next year in Berlin */
  char day[32];
  strftime(day, sizeof day, "%Y-%m-%d", localtime(&paid));
  printf("invoice of %s\n", day);
  return 0;
}
