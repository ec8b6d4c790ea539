/** Which Debian or Ubuntu package has a GStreamer element. Upstream's split of its plugins, the same from 20.04 on. */
const PACKAGES: Record<string, string> = {
  parsebin: 'gstreamer1.0-plugins-base',
  decodebin: 'gstreamer1.0-plugins-base',
  appsrc: 'gstreamer1.0-plugins-base',
  appsink: 'gstreamer1.0-plugins-base',
  videoconvert: 'gstreamer1.0-plugins-base',
  videoscale: 'gstreamer1.0-plugins-base',
  videorate: 'gstreamer1.0-plugins-base',
  capsfilter: 'libgstreamer1.0-0',
  queue: 'libgstreamer1.0-0',
  tee: 'libgstreamer1.0-0',
  filesrc: 'libgstreamer1.0-0',
  fakesink: 'libgstreamer1.0-0',
  rtspsrc: 'gstreamer1.0-plugins-good',
  rtph264depay: 'gstreamer1.0-plugins-good',
  rtph265depay: 'gstreamer1.0-plugins-good',
  rtpjpegdepay: 'gstreamer1.0-plugins-good',
  souphttpsrc: 'gstreamer1.0-plugins-good',
  v4l2src: 'gstreamer1.0-plugins-good',
  jpegenc: 'gstreamer1.0-plugins-good',
  jpegdec: 'gstreamer1.0-plugins-good',
  qtdemux: 'gstreamer1.0-plugins-good',
  matroskademux: 'gstreamer1.0-plugins-good',
  h264parse: 'gstreamer1.0-plugins-bad',
  h265parse: 'gstreamer1.0-plugins-bad',
  avdec_h264: 'gstreamer1.0-libav',
  avdec_h265: 'gstreamer1.0-libav',
  x264enc: 'gstreamer1.0-plugins-ugly'
}

/** What to install or do to get it. */
export function remedyFor(element: string): string {
  const name = PACKAGES[element]
  if (name !== undefined) return `sudo apt-get install ${name}`
  if (element.startsWith('vd')) return 'reinstall the agent: libgstvedette.so is missing beside it, or does not load'
  if (element.startsWith('nv')) return 'reinstall DeepStream, then remove ~/.cache/gstreamer-1.0'
  return `install the plugin that has ${element}`
}
