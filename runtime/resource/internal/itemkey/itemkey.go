// Package itemkey makes names of documents out of the keys of items, for stores that know documents by one name.
package itemkey

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"gocloud.dev/docstore/driver"
)

// Of returns the texts of an item's key: one for each attribute. Equal numbers have equal texts, whatever their types are.
func Of(doc driver.Document, attributes []string) ([]string, error) {
	texts := make([]string, len(attributes))
	for i, attribute := range attributes {
		value, err := doc.GetField(attribute)
		if err != nil || value == nil {
			return nil, fmt.Errorf("the item has no %q, which is part of the table's key", attribute)
		}
		if texts[i], err = text(value); err != nil {
			return nil, fmt.Errorf("%q, which is part of the table's key: %w", attribute, err)
		}
	}
	return texts, nil
}

func text(value any) (string, error) {
	if n, ok := value.(json.Number); ok {
		return number(n)
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.String:
		if v.String() == "" {
			return "", fmt.Errorf("it is empty")
		}
		return v.String(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10), nil
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64), nil
	default:
		return "", fmt.Errorf("%T is neither text nor a number", value)
	}
}

// maxExponent is how large, and how small, a number of a key can be, as a power of two: as a float64. One that anybody sends can have an
// exponent that makes a text of gigabytes.
const maxExponent = 1100

func number(n json.Number) (string, error) {
	const digits = 200 // of a mantissa, in bits
	f, _, err := big.ParseFloat(string(n), 10, digits, big.ToNearestEven)
	if err != nil {
		return "", fmt.Errorf("%.100q is no number", n)
	}
	if exponent := f.MantExp(nil); f.IsInf() || exponent > maxExponent || exponent < -maxExponent {
		return "", fmt.Errorf("%.100q is too large, or too small", n)
	}
	return f.Text('f', -1), nil
}

// Escape makes a text fit to be the name of a document, or a part of one: letters, digits, - and _ stay, and what else there is becomes
// its bytes in hexadecimal behind a =. No two texts become the same, and none becomes a name that a store keeps for itself.
func Escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_' && i > 0:
			b.WriteByte(c)
		case c == '.' && i > 0 && i < len(s)-1, c == '@' && i > 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}

// Name is the name of a document: the texts of the key, escaped, with a comma between.
func Name(texts []string) string {
	escaped := make([]string, len(texts))
	for i, t := range texts {
		escaped[i] = Escape(t)
	}
	return strings.Join(escaped, ",")
}
