//go:build browser

package page_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"
)

// patience is how long a page may take until it shows what a test waits for.
const patience = 20 * time.Second

// browser is a headless Chromium with one page open. It is steered through a
// pipe, in the DevTools protocol: JSON messages, each with a zero byte behind.
type browser struct {
	t       *testing.T
	to      io.Writer
	answers chan message
	number  int
	session string

	complaintsExpected bool // the test does something that browsers complain of
}

type message struct {
	ID     int
	Method string
	Result json.RawMessage
	Params json.RawMessage
	Error  *struct{ Message string }
}

// openBrowser starts Chromium, which BROWSER names, or whichever is on the PATH.
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
	arguments := []string{
		"--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + t.TempDir(), "--no-first-run", "--disable-gpu",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps", "--hide-scrollbars",
		"--proxy-server=127.0.0.1:9", "--proxy-bypass-list=127.0.0.1", // it reaches this machine alone
	}
	if os.Geteuid() == 0 {
		arguments = append(arguments, "--no-sandbox") // Chromium refuses its sandbox to root; it opens our own page alone
	}
	hears, to := pipe(t)
	from, says := pipe(t)
	process := exec.Command(path, append(arguments, "about:blank")...)
	process.ExtraFiles = []*os.File{hears, says} // as 3 and 4, where it looks for them
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, to: to, answers: make(chan message, 1000)}
	t.Cleanup(func() {
		// Closing is answered by the end of the process alone.
		_ = b.write("Browser.close", nil)
		ended := make(chan struct{})
		go func() {
			// How it ended is of no interest.
			_ = process.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			t.Error("Chromium did not end", process.Process.Kill())
			<-ended
		}
	})
	if err := errors.Join(hears.Close(), says.Close()); err != nil {
		t.Fatal(err)
	}
	go b.listen(from)
	b.attach()
	return b
}

func pipe(t *testing.T) (reads, writes *os.File) {
	t.Helper()
	reads, writes, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = reads.Close(), writes.Close() })
	return reads, writes
}

func (b *browser) listen(from io.Reader) {
	defer close(b.answers)
	for reader := bufio.NewReader(from); ; {
		line, err := reader.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(line[:len(line)-1], &m); err == nil {
			b.answers <- m
		}
	}
}

// attach takes the page that is open.
func (b *browser) attach() {
	b.t.Helper()
	var targets struct {
		TargetInfos []struct{ TargetID, Type string }
	}
	b.call("Target.getTargets", nil, &targets)
	for _, target := range targets.TargetInfos {
		if target.Type == "page" {
			var attached struct{ SessionID string }
			b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
			b.session = attached.SessionID
			b.call("Log.enable", nil, nil)
			b.call("Runtime.enable", nil, nil)
			return
		}
	}
	b.t.Fatal("Chromium has no page")
}

func (b *browser) write(method string, parameters any) error {
	b.number++
	request := map[string]any{"id": b.number, "method": method}
	if b.session != "" && method != "Browser.close" {
		request["sessionId"] = b.session
	}
	if parameters != nil {
		request["params"] = parameters
	}
	content, err := json.Marshal(request)
	if err != nil {
		return err
	}
	_, err = b.to.Write(append(content, 0))
	return err
}

// call sends one message and reads its answer. What the page complains of in
// between, a broken policy or an error of the script, fails the test.
func (b *browser) call(method string, parameters, result any) {
	b.t.Helper()
	if err := b.write(method, parameters); err != nil {
		b.t.Fatal(err)
	}
	limit := time.After(patience)
	for {
		select {
		case <-limit:
			b.t.Fatalf("%s: Chromium does not answer", method)
		case m, open := <-b.answers:
			switch {
			case !open:
				b.t.Fatalf("%s: Chromium has ended", method)
			case m.Method == "Log.entryAdded", m.Method == "Runtime.exceptionThrown":
				if !b.complaintsExpected {
					b.t.Errorf("the page complains: %s", m.Params)
				}
			case m.ID != b.number:
			case m.Error != nil:
				b.t.Fatalf("%s: %s", method, m.Error.Message)
			default:
				if result != nil {
					if err := json.Unmarshal(m.Result, result); err != nil {
						b.t.Fatal(err)
					}
				}
				return
			}
		}
	}
}

// open loads an address into a window of this size, light or dark.
func (b *browser) open(address string, width, height int, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.call("Page.navigate", map[string]any{"url": address}, nil)
}

// evaluate runs an expression in the page.
func (b *browser) evaluate(expression string, result any) {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Text string }
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, answer.ExceptionDetails.Text)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(answer.Result.Value, result); err != nil {
		b.t.Fatalf("%s: %v in %s", expression, err, answer.Result.Value)
	}
}

// await waits until an expression is true in the page.
func (b *browser) await(expression string) {
	b.t.Helper()
	for limit := time.Now().Add(patience); ; {
		var met bool
		b.evaluate("(() => { try { return !!("+expression+") } catch { return false } })()", &met)
		if met {
			return
		}
		if time.Now().After(limit) {
			var text string
			b.evaluate("document.body.innerText", &text)
			b.t.Fatalf("never true: %s\n%s", expression, text)
		}
		b.evaluate("new Promise(next => setTimeout(() => next(true), 50))", &met)
	}
}

// press presses and releases a key.
func (b *browser) press(key string, code int) {
	b.t.Helper()
	for _, what := range []string{"keyDown", "keyUp"} {
		parameters := map[string]any{"type": what, "key": key, "code": key, "windowsVirtualKeyCode": code}
		if key == " " && what == "keyDown" {
			parameters["text"] = " "
		}
		b.call("Input.dispatchKeyEvent", parameters, nil)
	}
}

// picture is the whole page as PNG.
func (b *browser) picture() []byte {
	b.t.Helper()
	var answer struct{ Data []byte }
	b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &answer)
	picture, err := png.Decode(bytes.NewReader(answer.Data))
	if err != nil {
		b.t.Fatal(err)
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, withFewColours(picture)); err != nil {
		b.t.Fatal(err)
	}
	return small.Bytes()
}

// withFewColours is a picture in its 256 most frequent colours: a third of the
// size, and a page looks the same.
func withFewColours(picture image.Image) image.Image {
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
	return small
}
