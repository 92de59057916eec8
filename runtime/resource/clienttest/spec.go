package clienttest

// Spec is the app whose resources the suite uses. Harnesses make them before.
const Spec = `isobar: v1
name: suite
functions:
  all:
    handler: ./x.All
    http: GET /all
    access:
      uploads: [read, write]
      users: [read, write]
      visits: [read, write]
      orders: send
      steps: send
      user-created: publish
      log: publish
      token: read
      order: start
  other:
    handler: ./x.Other
    http: GET /other
    access: { users: [read, write] }
  reader:
    handler: ./x.Reader
    http: GET /reader
    access: { uploads: read, users: read }
  writer:
    handler: ./x.Writer
    http: GET /writer
    access: { uploads: write, users: write }
  none:
    handler: ./x.None
    http: GET /none
queues:
  orders: {}
  steps: { ordered: true }
topics:
  user-created: {}
  log: { ordered: true }
buckets: { uploads: {} }
tables:
  users: { key: { id: string }, indexes: { by-email: { key: { email: string }, sort: { age: number } } } }
  visits: { key: { user: string }, sort: { at: number } }
secrets: { token: {} }
workflows: { order: { definition: order.asl.yaml } }
targets: { aws: , azure: , gcp: }
`
