import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const binary = resolve(process.env.DATABANK ?? "../target/release/databank");

/** A user that the tests sign in as. */
export interface Account {
  username: string;
  password: string;
}

/** A data directory of its own, filled through the command line, and a server on it. */
export class Databank {
  readonly folder = mkdtempSync(join(tmpdir(), "databank-e2e-"));
  url = "";
  private server: ChildProcess | undefined;

  /** Runs a command and answers what it printed. Beside a running server it goes through it. */
  run(...args: string[]): string {
    return execFileSync(binary, ["--quiet", ...args], { env: this.environment(), encoding: "utf8" });
  }

  /** The same for a command that answers with JSON. */
  ask(...args: string[]): unknown {
    return JSON.parse(this.run("--format", "json", ...args));
  }

  /** Writes a file beside the data and answers its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Makes a user with a role. Its password is the one-time one: the first sign-in has to change it. */
  addUser(username: string, role: string, brand: string): Account {
    const reach = brand === "*" ? ["--all-brands"] : ["--brand", brand];
    const made = this.ask("user", "add", username, "--role", role, ...reach) as { one_time_password: string };
    return { username, password: made.one_time_password };
  }

  /** Starts the server and waits until it says where it listens. */
  async serve(): Promise<void> {
    const args = ["--quiet", "--format", "json", "serve", "--listen", "127.0.0.1:0"];
    const server = spawn(binary, args, { env: this.environment(), stdio: ["ignore", "pipe", "inherit"] });
    this.server = server;
    const lines = createInterface({ input: server.stdout });
    for await (const line of lines) {
      this.url = (JSON.parse(line) as { listening: string }).listening;
      return;
    }
    throw new Error("the server ended before it listened");
  }

  /** Ends the server and throws the data away. */
  async stop(): Promise<void> {
    const server = this.server;
    if (server !== undefined && server.exitCode === null) {
      const ended = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private environment(): NodeJS.ProcessEnv {
    const data = { DATABANK_DATA: join(this.folder, "data"), DATABANK_KEY_FILE: join(this.folder, "master.key") };
    return { ...process.env, ...data };
  }
}
