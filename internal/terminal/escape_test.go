package terminal_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/terminal"
)

func TestWhatATerminalObeysIsGivenByItsNumber(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"clearing the screen":        {"a\x1b[2Jb", `a\u001b[2Jb`},
		"a title":                    {"\x1b]0;title\a", `\u001b]0;title\u0007`},
		"the other control sequence": {"\u009b31m", `\u009b31m`},
		"a carriage return":          {"bad\rgood", `bad\u000dgood`},
		"delete and nul":             {"\x7f\x00\b", `\u007f\u0000\u0008`},
		"other line breaks":          {"\u0085\u2028\u2029", `\u0085\u2028\u2029`},
		"directions":                 {"\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c", `\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c`},
		"nothing to be seen":         {"ja\u200bne\ufeff\u2060\u00ad", `ja\u200bne\ufeff\u2060\u00ad`},
		"joiners that join nothing":  {"ja\u200dne\u200c \u200d", `ja\u200dne\u200c \u200d`},
		"joiners one after another":  {"می\u200c\u200c\u200dخ", "می\u200c" + `\u200c\u200dخ`},
		"hidden words":               {"a\U000e0068\U000e0069", `a\U000e0068\U000e0069`},
		"bytes that are no text":     {"a\xffb", "a\ufffdb"},
	} {
		if got := terminal.Escape(test.text); got != test.want {
			t.Errorf("%s: %q became %q, want %q", name, test.text, got, test.want)
		}
	}
}

func TestOrdinaryTextStaysAsItIs(t *testing.T) {
	for script, text := range map[string]string{
		"Latin": "Zoë O’Brien-Łukasz, 100% \"ok\"\n\tand more", "decomposed": "Zoe\u0308", "Vietnamese": "Nguyễn Thị Hằng",
		"Greek": "Ελένη", "Cyrillic": "Анна", "Hebrew": "שָׁלוֹם", "Arabic": "محمد", "a year in Arabic": "\u0601١٤٤٥",
		"Persian": "می\u200cخواهم", "Persian, shortened": "ه\u200d.ش", "Urdu": "اُردُو", "Devanagari": "क\u094d\u200dष श\u094d\u200cर", "Bengali": "র\u200d\u09cdয",
		"Sinhala": "ශ\u0dca\u200dර\u0dd3", "Malayalam": "അവന\u0d4d\u200d", "Khmer": "ភាសាខ្មែរ", "Thai": "สวัสดี", "Mongolian": "ᠠᠷᠠ\u180eᠠ",
		"Chinese": "王小明", "a name in Japan": "葛\U000e0100城", "Korean": "김민지", "astral": "𐐷𠮷",
		"emoji": "👩\u200d🚀 ❤\ufe0f\u200d🔥 👍🏽 👨🏽\u200d⚕\ufe0f 🇦🇺", "private use": "\ue000",
	} {
		if got := terminal.Escape(text); got != text {
			t.Errorf("%s: %q became %q", script, text, got)
		}
	}
}
