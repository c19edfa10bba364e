export {
  createDevices,
  type Devices,
  type DevicesOptions,
  type OwnSession,
  type SignedInDevice,
} from './create-devices.ts';
