package bicepread_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/providers/azure/internal/bicepread"
)

const template = `
targetScope = 'resourceGroup'

@description('The stage.')
@allowed([
  'dev'
])
param stage string = 'dev'

param location string = resourceGroup().location

var prefix = 'shop-${stage}'

var roles = {
  sender: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x')
}

resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: prefix
}

// A comment.
resource queueOrders 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = if (stage == 'prod') {
  parent: serviceBus
  name: '${prefix}-orders'
  properties: {
    count: 5
    on: true
    literal: '\${not} it\'s'
    long: '''
one ${two}'''
    role: roles.sender
    'a-key': serviceBus.id
    actions: empty(stage) ? [] : [
      'x'
    ]
    list: [
      'b'
      'a'
    ]
    settings: [ { name: 'k', value: 'v' } ]
    loop: [for i in range(0, 2): i]
    empty: {}
  }
}
`

func TestLeaves(t *testing.T) {
	file, err := bicepread.Read([]byte(template))
	if err != nil {
		t.Fatal(err)
	}
	scope := bicepread.NewScope(file, nil, "stage")
	queue := file[len(file)-1]
	if queue.Name != "queueOrders" || queue.Condition != "stage == 'prod'" || queue.Type != "Microsoft.ServiceBus/namespaces/queues@2024-01-01" {
		t.Errorf("the last statement is %+v", queue)
	}
	if len(file[1].Decorators) != 2 || !file[5].Existing {
		t.Errorf("decorators %q, existing %t", file[1].Decorators, file[5].Existing)
	}
	got := map[string]string{}
	for _, l := range scope.Leaves(queue.Value) {
		got[l.Path] += l.Value + "|" + l.Ref + ";"
	}
	want := map[string]string{
		"parent": "${serviceBus}|serviceBus;", "name": "shop-${stage}-orders|;", "properties.count": "5|;", "properties.on": "true|;",
		"properties.literal": `\${not} it's|;`, "properties.long": `one \${two}|;`,
		"properties.role":  "${subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x')}|;",
		"properties.a-key": "${serviceBus.id}|serviceBus;", "properties.actions": "${empty(stage) ? [] : [ 'x' ]}|;", "properties.list[]": "b|;a|;",
		"properties.settings[k].name": "k|;", "properties.settings[k].value": "v|;", "properties.loop": "${[for i in range(0, 2): i]}|;", "properties.empty": "{}|;",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzRead reads anything: the files of another version may be anybody's.
func FuzzRead(f *testing.F) {
	f.Add([]byte(template))
	f.Add([]byte("var a = a\nvar b = '${b}${b}'\nvar c = [c]\nvar d = { x: d }\nresource r 'T@1' = { name: d, parent: r }\n"))
	f.Add([]byte("param x string = /* "))
	f.Add([]byte("var a = [)"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		file, err := bicepread.Read(data)
		if err != nil {
			return
		}
		scope := bicepread.NewScope(file, nil)
		for _, d := range file {
			if d.Value != nil {
				scope.Leaves(d.Value)
			}
		}
	})
}
