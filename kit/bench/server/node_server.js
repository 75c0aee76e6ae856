// Node's Socket.IO server doing the dashboard's job: a client joins a room, is sent a figure, and
// then every update of that room. `node node_server.js CONTROL_PORT`: see peers.py for the control.
"use strict";

const http = require("node:http");
const net = require("node:net");
const { Server } = require("socket.io");

const KEEP = 300;
const now = () => process.hrtime.bigint();

const server = http.createServer();
const io = new Server(server, { serveClient: false });
const times = [];
const values = [];
let number = 0;

io.on("connection", (socket) => {
  socket.emit("welcome", { sid: socket.id, time: new Date().toISOString(), user: null });
  socket.on("join_dashboard", ({ dashboard }, acknowledge) => {
    socket.join(`dashboard_${dashboard}`);
    const figure = { data: [{ type: "scatter", mode: "lines", x: times, y: values }], layout: {} };
    socket.emit("update_chart", { dashboard, number, figure, keep: KEEP });
    acknowledge({ ok: true, dashboard });
  });
});

function publish() {
  const began = now();
  number += 1;
  const points = { time: [new Date().toISOString()], load: [(number % 1000) / 10] };
  times.push(points.time[0]);
  values.push(points.load[0]);
  if (times.length > KEEP) {
    times.shift();
    values.shift();
  }
  const sent = now();
  io.to("dashboard_bench").emit("update_data", { dashboard: "bench", number, points });
  control.write(`sent ${number} ${began} ${sent}\n`);
}

const control = net.connect({ host: "127.0.0.1", port: Number(process.argv[2]), noDelay: true });
control.on("data", (data) => {
  for (const byte of data) if (byte === 10) publish(); // each line is one "publish"
});
control.on("close", () => process.exit(0)); // the bench has ended
server.listen(0, "127.0.0.1", 4096, () => control.write(`port ${server.address().port}\n`));
