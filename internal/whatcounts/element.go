package whatcounts

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// element is one element of an XML answer. The root's name and letter case
// vary, so elements are found by the names beneath it.
type element struct {
	name     string
	text     string // empty when it is nothing but white space
	children []element
}

// deepest bounds the nesting of an answer; the known ones nest four deep.
const deepest = 20

// parseElement reads an answer that has to be one whole element.
func parseElement(text string) (element, error) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Entity = xml.HTMLEntity
	var root *element
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && root != nil {
			return *root, nil
		}
		if errors.Is(err, io.EOF) {
			return element{}, errors.New("it is not XML")
		}
		if err != nil {
			return element{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if root != nil {
				return element{}, errors.New("it goes on after its end")
			}
			parsed, err := parseInside(decoder, token, 1)
			if err != nil {
				return element{}, err
			}
			root = &parsed
		case xml.CharData:
			if strings.TrimSpace(string(token)) != "" {
				return element{}, errors.New("it has text outside of its root")
			}
		}
	}
}

func parseInside(decoder *xml.Decoder, start xml.StartElement, depth int) (element, error) {
	if depth > deepest {
		return element{}, errors.New("it is nested too deeply")
	}
	parsed := element{name: start.Name.Local}
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if err != nil {
			return element{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			child, err := parseInside(decoder, token, depth+1)
			if err != nil {
				return element{}, err
			}
			parsed.children = append(parsed.children, child)
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
			if strings.TrimSpace(text.String()) != "" {
				parsed.text = text.String()
			}
			return parsed, nil
		}
	}
}

// child is the first child of this name in any letter case, or an empty
// element.
func (e element) child(name string) element {
	for _, child := range e.children {
		if strings.EqualFold(child.name, name) {
			return child
		}
	}
	return element{}
}

// parentsOf are the elements that have a child of this name.
func (e element) parentsOf(name string) []element {
	var parents []element
	if e.child(name).name != "" {
		parents = append(parents, e)
	}
	for _, child := range e.children {
		parents = append(parents, child.parentsOf(name)...)
	}
	return parents
}

// descendant is the first element of this name, however deep, or an empty one.
func (e element) descendant(name string) element {
	if found := e.child(name); found.name != "" {
		return found
	}
	for _, child := range e.children {
		if found := child.descendant(name); found.name != "" {
			return found
		}
	}
	return element{}
}
