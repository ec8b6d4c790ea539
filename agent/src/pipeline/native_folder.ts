/** Where our parser libraries lie, for a file that nvinfer reads. */
export { addonFolder as nativeFolder } from '@vedette/native/folder'
