// A surface to sign with a finger or a mouse, beside the box that is enough by itself.

const WIDTH = 300;
const HEIGHT = 120;
const LONGEST = 20000;

export function enhance(block) {
  const canvas = block.querySelector("canvas");
  const clear = block.querySelector("button");
  const field = document.getElementById(block.dataset.signature);
  const ink = canvas.getContext("2d");
  ink.lineWidth = 3;
  ink.lineCap = "round";
  ink.strokeStyle = getComputedStyle(canvas).color;
  block.hidden = false;
  let drawing = false;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * WIDTH);
    const y = Math.round(((event.clientY - box.top) / box.height) * HEIGHT);
    return [Math.max(0, Math.min(WIDTH, x)), Math.max(0, Math.min(HEIGHT, y))];
  };
  const add = (letter, [x, y]) => {
    const next = `${field.value}${letter}${x} ${y}`;
    if (next.length <= LONGEST) field.value = next;
  };

  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    const point = at(event);
    ink.beginPath();
    ink.moveTo(...point);
    add("M", point);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const point = at(event);
    ink.lineTo(...point);
    ink.stroke();
    add("L", point);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      drawing = false;
    });
  }
  clear.addEventListener("click", () => {
    field.value = "";
    ink.clearRect(0, 0, WIDTH, HEIGHT);
  });
}
