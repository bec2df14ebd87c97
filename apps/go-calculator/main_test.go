package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// The texts once more, to the letter: a test that took them from main.go would agree with any misspelling there.
const (
	greets      = "I am a calculator app ....\n"
	asks        = "Enter any calculation (Example: 1 + 2 (or) 2 * 5 -> Please maintain spaces as shown in example): "
	badInput    = "Invalid input. Try again."
	badOperator = "Invalid operator. Try again."
	zeroDivisor = "Division by zero. Try again."
)

func TestAnswer(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"1 + 2", "Result: 3"},
		{"2 - 5", "Result: -3"},
		{"2 * 5", "Result: 10"},
		{"8 / 2", "Result: 4"},
		{"-4 * 6", "Result: -24"},
		{"+4 + +6", "Result: 10"},
		{"007 + 1", "Result: 8"},

		// Division truncates towards zero.
		{"7 / 2", "Result: 3"},
		{"-7 / 2", "Result: -3"},
		{"0 / -5", "Result: 0"},

		// 64 bits, and what does not fit wraps around.
		{"9223372036854775807 + 1", "Result: -9223372036854775808"},
		{"-9223372036854775808 - 1", "Result: 9223372036854775807"},
		{"4611686018427387904 * 2", "Result: -9223372036854775808"},
		{"-9223372036854775808 / -1", "Result: -9223372036854775808"},

		{"1 / 0", zeroDivisor},
		{"0 / 0", zeroDivisor},
		{"-1 / -0", zeroDivisor},

		// Not exactly three parts.
		{"", badInput},
		{"1", badInput},
		{"1 +", badInput},
		{"1+2", badInput},
		{"1 + 2 + 3", badInput},
		{"1  + 2", badInput},
		{"1\t+\t2", badInput},

		// Not an integer of 64 bits.
		{"one + 2", badInput},
		{"1 + two", badInput},
		{"1.5 + 2", badInput},
		{"1 + 0x10", badInput},
		{"1_000 + 2", badInput},
		{"9223372036854775808 + 0", badInput},
		{"٣ + 1", badInput},

		{"5 % 3", badOperator},
		{"2 ** 3", badOperator},
		{"2 plus 3", badOperator},
		{"2 × 3", badOperator},
		{"Exit", badInput},
		{"exit now please", badInput},
		{"one % two", badInput}, // the numbers are judged before the operator
	} {
		if got := answer(test.line); got != test.want {
			t.Errorf("answer(%q) = %q, want %q", test.line, got, test.want)
		}
	}
}

func TestRun(t *testing.T) {
	const start = greets + asks
	const next = "\n" + asks
	long := strings.Repeat("9", 70_000)

	for _, test := range []struct{ name, in, want string }{
		{"exit", "exit\n", start},
		{"exit with white space around it", " \t exit \r\n", start},
		{"exit without a newline", "exit", start},
		{"nothing is read after exit", "exit\n1 + 2\n", start},
		{"white space around a calculation", "  1 + 2\t\r\nexit\n", start + "Result: 3" + next},
		{"an empty line", "\nexit\n", start + badInput + next},

		{"division by zero goes on", "1 / 0\n8 / 2\nexit\n", start + zeroDivisor + next + "Result: 4" + next},
		{"several lines at once", "1 + 2\n2 - 5\nx\n2 * 5\nexit\n",
			start + "Result: 3" + next + "Result: -3" + next + badInput + next + "Result: 10" + next},
		{"the end of an empty input", "", start + "\n"},
		{"the end after a line", "1 + 2\n", start + "Result: 3" + next + "\n"},
		{"the end within a line", "1 + 2", start + "Result: 3" + next + "\n"},

		{"a line longer than any buffer", long + "\n1 + 2\nexit\n", start + badInput + next + "Result: 3" + next},
		{"a long line of white space", strings.Repeat(" ", 70_000) + "1 + 2\nexit\n", start + "Result: 3" + next},
		{"bytes that are no text", "\xff\x00 + \xfe\nexit\n", start + badInput + next},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := session(t, strings.NewReader(test.in)); got != test.want {
				t.Errorf("all at once: got %q, want %q", got, test.want)
			}
			if got := session(t, iotest.OneByteReader(strings.NewReader(test.in))); got != test.want {
				t.Errorf("byte by byte: got %q, want %q", got, test.want)
			}
		})
	}
}

// A person sees the prompt before typing and the answer before typing again.
func TestRunAnswersBeforeItReadsOn(t *testing.T) {
	in, typed := io.Pipe()
	screen, out := io.Pipe()
	defer time.AfterFunc(10*time.Second, func() { out.CloseWithError(errors.New("no more came")) }).Stop()
	go func() { out.CloseWithError(run(in, out)) }()

	expect := func(want string) {
		t.Helper()
		got := make([]byte, len(want))
		if count, err := io.ReadFull(screen, got); err != nil || string(got) != want {
			t.Fatalf("got %q (%v), want %q", got[:count], err, want)
		}
	}
	expect(greets + asks)
	io.WriteString(typed, "1 + 2\n")
	expect("Result: 3\n" + asks)
	io.WriteString(typed, "exit\n")
	if rest, err := io.ReadAll(screen); err != nil || len(rest) > 0 {
		t.Errorf("after exit: got %q (%v), want nothing", rest, err)
	}
}

func TestRunReportsAnInputThatFails(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, in := range []io.Reader{
		iotest.ErrReader(broken),
		io.MultiReader(strings.NewReader("1 + "), iotest.ErrReader(broken)),
	} {
		if err := run(in, io.Discard); !errors.Is(err, broken) {
			t.Errorf("run returned %v, want %v", err, broken)
		}
	}
}

func session(t *testing.T, in io.Reader) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(in, &out); err != nil {
		t.Fatalf("run returned %v, want nil", err)
	}
	return out.String()
}
