// How does a drawing in SVG become a PNG of a chosen size, in the browser, with its fonts?

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

const checksum = (bytes) => {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
};

/** Say in the file how large a dot is, after its header of 33 bytes: journals look there. */
const withDots = async (blob, dotsAMetre) => {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode("pHYs"), 4);
  view.setUint32(8, dotsAMetre);
  view.setUint32(12, dotsAMetre);
  chunk[16] = 1;
  view.setUint32(17, checksum(chunk.subarray(4, 17)));
  const bytes = await blob.arrayBuffer();
  return new Blob([bytes.slice(0, 33), chunk, bytes.slice(33)], { type: "image/png" });
};

const rendered = async ({ svg, width, height, dotsAMetre }) => {
  const place = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image(width, height);
    image.src = place;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d").drawImage(image, 0, 0, width, height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("the picture is too large for this browser");
    return dotsAMetre ? await withDots(blob, dotsAMetre) : blob;
  } finally {
    URL.revokeObjectURL(place);
  }
};

export default function ({ data, parentElement: root }) {
  const button = root.querySelector("button");
  const problem = root.querySelector("p");
  button.querySelector("span").textContent = data.label;
  button.onclick = async () => {
    button.disabled = true;
    problem.textContent = "";
    try {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await rendered(data));
      link.download = data.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (reason) {
      problem.textContent = `No picture: ${reason.message}. Take the SVG, or a smaller size.`;
    }
    button.disabled = false;
  };
}
