package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"os/exec"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take until it shows what a test waits for.
const patience = 20 * time.Second

// browser is a headless Chromium with one page open.
type browser struct {
	t                  *testing.T
	page               context.Context
	complaintsExpected atomic.Bool // the test does something that browsers complain of
}

// openBrowser starts Chromium, which BROWSER names, or whichever is on the
// PATH. What the page complains of, a broken policy or an error of the script,
// fails the test.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	var path string
	for _, candidate := range []string{os.Getenv("BROWSER"), "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(candidate); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Fatal("this test needs Chromium: install it (apt-get install chromium), or name one in the variable BROWSER")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.ProxyServer("127.0.0.1:9"), chromedp.Flag("proxy-bypass-list", "127.0.0.1")) // it reaches this machine alone
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses its sandbox to root; it opens our own page alone
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	page, closePage := chromedp.NewContext(allocator)
	t.Cleanup(closePage)
	b := &browser{t: t, page: page}
	listening := chromedp.Listen(page, func(event any) {
		switch event.(type) {
		case *log.EventEntryAdded, *runtime.EventExceptionThrown:
			if text, err := json.Marshal(event); !b.complaintsExpected.Load() {
				t.Errorf("the page complains: %s (%v)", text, err)
			}
		}
	})
	if listening != nil {
		t.Fatal(listening)
	}
	return b
}

// do runs actions in the page.
func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.page, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// open loads an address into a window of this size, light or dark.
func (b *browser) open(address string, width, height int64, scheme string) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.page, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(address))
}

// evaluate runs an expression in the page.
func evaluate[T any](b *browser, expression string) T {
	b.t.Helper()
	result, err := chromedp.Run(b.page, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return result
}

// await waits until an expression is true in the page.
func (b *browser) await(expression string) {
	b.t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if evaluate[bool](b, "(() => { try { return !!("+expression+") } catch { return false } })()") {
			return
		}
		if time.Now().After(limit) {
			b.t.Fatalf("never true: %s\n%s", expression, evaluate[string](b, "document.body.innerText"))
		}
	}
}

// press presses and releases a key.
func (b *browser) press(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

// picture is the whole page as PNG, in its 256 most frequent colours: a third
// of the size, and a page looks the same.
func (b *browser) picture() []byte {
	b.t.Helper()
	whole, err := chromedp.Run(b.page, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(whole))
	if err != nil {
		b.t.Fatal(err)
	}
	count := map[color.Color]int{}
	area := picture.Bounds()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			count[picture.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return count[b] - count[a] })
	small := image.NewPaletted(area, colours[:min(256, len(colours))])
	draw.Draw(small, area, picture, area.Min, draw.Src)
	var encoded bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&encoded, small); err != nil {
		b.t.Fatal(err)
	}
	return encoded.Bytes()
}
