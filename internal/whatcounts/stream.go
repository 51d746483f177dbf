package whatcounts

import (
	"bufio"
	"errors"
	"io"
)

// longestMessage is more than any FAILURE is long. Rows may be endless.
const longestMessage = 4096

// beginStream shows how a stream begins without taking it away from who reads
// the rows, a byte order mark aside.
func beginStream(body io.Reader) (rows io.Reader, beginning []byte, err error) {
	buffered := bufio.NewReaderSize(body, longestMessage)
	mark, err := buffered.Peek(len(byteOrderMark))
	if err == nil && string(mark) == byteOrderMark {
		if _, err := buffered.Discard(len(mark)); err != nil {
			return nil, nil, err
		}
	}
	beginning, err = buffered.Peek(longestMessage)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	return buffered, beginning, nil
}
