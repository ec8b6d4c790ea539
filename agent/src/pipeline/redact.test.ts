import { expect, test } from 'vitest'
import { redact } from './redact.ts'

test.for([
  ['rtspsrc0: rtsp://admin:hunter2@10.0.0.1/live failed', 'rtspsrc0: rtsp://[redacted]@10.0.0.1/live failed'],
  ['user-pw=hunter2 latency=200', 'user-pw=[redacted] latency=200'],
  ['Authorization: Basic aHVudGVyMg==', 'Authorization: [redacted]'],
  ['{"password":"hunter2","a":1}', '{"password":[redacted],"a":1}']
])('takes the credential out of %s', ([line, expected]) => {
  expect(redact(line!)).toBe(expected)
})

test('leaves an ordinary line as it is', () => {
  const line = 'vdinfer gstvdinfer.cc:120: model.onnx: 3 of 4 outputs used, http://127.0.0.1:80/x'
  expect(redact(line)).toBe(line)
})
