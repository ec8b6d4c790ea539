import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

test('everything is on loopback unless told otherwise', () => {
  const settings = readSettings({})
  expect(settings).toMatchObject({ mqttHost: '127.0.0.1', mqttPort: 1883, readOnlyPort: 1884, httpHost: '127.0.0.1' })
})

test('a listener open to the network is refused without TLS, with the remedy', () => {
  expect(() => readSettings({ VEDETTE_MQTT_HOST: '0.0.0.0' })).toThrow(
    /VEDETTE_MQTT_HOST: .*0\.0\.0\.0; set VEDETTE_TLS_CERT/
  )
  expect(() => readSettings({ HOST: '0.0.0.0' })).toThrow(/HOST: .*set ORIGIN=https/)
  expect(() => readSettings({ HOST: '0.0.0.0', ORIGIN: 'http://vedette.local' })).toThrow(/set ORIGIN=https/)
  expect(readSettings({ HOST: '0.0.0.0', ORIGIN: 'https://vedette.local' }).httpHost).toBe('0.0.0.0')
})

test('a wrong value is named', () => {
  expect(() => readSettings({ VEDETTE_MQTT_PORT: '70000' })).toThrow(/VEDETTE_MQTT_PORT: expected a port.*"70000"/)
  expect(() => readSettings({ VEDETTE_TLS_CERT: '/a' })).toThrow(/received only the certificate/)
  expect(() => readSettings({ ORIGIN: 'vedette' })).toThrow(/ORIGIN: expected an address.*"vedette"/)
})
