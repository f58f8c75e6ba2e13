using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Innate.Cli;
using Innate.Compute;
using Innate.Models.Creation;
using Innate.Tests.Support;

namespace Innate.Tests.Cli.Training;

/// <summary>A folder with a small chat model, rows to learn from, and runs on them.</summary>
internal sealed class TrainFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="type">How the model's weights are stored.</param>
    /// <param name="rows">Rows of additions, and as many pairs.</param>
    public TrainFolder(ElementType type = ElementType.Float32, int rows = 32)
    {
        NewModel.Create(
            new NewModelOptions { Hidden = 32, Layers = 2, Heads = 2, KeyValueHeads = 1, Mlp = 64, MaxPositions = 256,
                Type = type },
            this["model"]);
        File.WriteAllLines(this["rows.jsonl"], Enumerable.Range(0, rows).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"prompt":"What is {{i}}+{{i * 7 % 10}}?","answer":{{i + (i * 7 % 10)}},"completion":"It is {{i + (i * 7 % 10)}}{{(i % 3 == 0 ? ", I think" : "")}}."}""")));
        File.WriteAllLines(this["pairs.jsonl"], Enumerable.Range(0, rows).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"prompt":"What is {{i}}+1?","chosen":"It is {{i + 1}}.","rejected":"No {{i % 5}}."}""")));
    }

    public string this[string name] => _folder[name];

    /// <summary>Runs <c>innate train sft</c> in this process on the rows, with other options after.</summary>
    public CliResult Sft(string run, params string[] options) => Train(["sft", "--data", this["rows.jsonl"]], run, options);

    /// <summary>Runs <c>innate train dpo</c> in this process on the pairs.</summary>
    public CliResult Dpo(string run, params string[] options) => Train(["dpo", "--data", this["pairs.jsonl"]], run, options);

    /// <summary>Runs <c>innate train rl</c> in this process on the rows' prompts and answers.</summary>
    public CliResult Rl(string run, params string[] options) =>
        Train(options.Contains("--data") ? ["rl"] : ["rl", "--data", this["rows.jsonl"]], run, options);

    /// <summary>Runs <c>innate train</c> with the folder's model unless another is given.</summary>
    public CliResult Train(
        string[] recipe, string run, string[] options, TextWriter? error = null, CancellationToken cancellation = default)
    {
        string[] model = options.Contains("--model") ? [] : ["--model", this["model"]];
        string[] threads = options.Contains("--threads") ? [] : ["--threads", "1"];
        return Run(["train", .. recipe, .. model, "--out", this[run], .. threads, .. options], error, cancellation);
    }

    /// <summary>Runs any command in this process, on real models.</summary>
    public static CliResult Run(string[] args, TextWriter? error = null, CancellationToken cancellation = default)
    {
        using MemoryStream output = new();
        using TextWriter to = error ?? new StringWriter { NewLine = "\n" };
        CliIo io = new() { OpenInput = () => Stream.Null, Output = output, Error = to, Cancellation = cancellation };
        int code = App.Run(args, io);
        return new CliResult(code, Encoding.UTF8.GetString(output.ToArray()), to.ToString()!);
    }

    /// <summary>Begins a command in a process of its own; <c>$I</c> is the command, the folder the working directory.</summary>
    public Process Start(string script)
    {
        string dll = Path.Combine(AppContext.BaseDirectory, "innate.dll");
        ProcessStartInfo start = new("bash", ["-c", script.Replace("$I", $"dotnet exec '{dll}'", StringComparison.Ordinal)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        // A limit on file sizes would meet the code generator's own mappings.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }

    /// <summary>A command in a process of its own, to its end.</summary>
    public CliResult Shell(string script)
    {
        using Process process = Start(script);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CliResult(process.ExitCode, output, error.Result);
    }

    public byte[] Bytes(params string[] path) => File.ReadAllBytes(Path.Combine([_folder.Path, .. path]));

    public byte[] Weights(string run, bool lora = false) =>
        Bytes(run, "final", lora ? "adapter_model.safetensors" : "model.safetensors");

    /// <summary>A number of every step of a run that has it.</summary>
    public double[] Metric(string run, string name) =>
        [.. Lines(run).Where(m => m.ContainsKey(name)).Select(m => m[name]!.GetValue<double>())];

    public double[] Losses(string run) => Metric(run, "loss");

    /// <summary>metrics.jsonl but for what a clock or a system decides.</summary>
    public string[] Told(string run) => [.. Lines(run).Select(m =>
    {
        // The state before the first step took no time.
        bool isStart = m["step"]!.GetValue<int>() == 0;
        foreach (string name in (string[])["tokens_per_second", "memory_gb", "seconds_left"]) Assert.NotEqual(isStart, m.Remove(name));
        return m.ToJsonString();
    })];

    public IEnumerable<JsonObject> Lines(string run) =>
        File.ReadLines(Path.Combine(this[run], "metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject());

    /// <summary>Both runs ended with the same weights, numbers and samples.</summary>
    public void AssertSameRuns(string expected, string actual, bool lora = false)
    {
        Assert.Equal(Told(expected), Told(actual));
        Assert.Equal(Bytes(expected, "samples.jsonl"), Bytes(actual, "samples.jsonl"));
        Assert.Equal(Weights(expected, lora), Weights(actual, lora));
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>An error stream that does something when it has read some words.</summary>
internal sealed class Trigger(string words, Action act) : StringWriter(CultureInfo.InvariantCulture)
{
    private bool _done;

    public override void Write(char value)
    {
        base.Write(value);
        Look();
    }

    public override void Write(string? value)
    {
        base.Write(value);
        Look();
    }

    public override void Write(char[] buffer, int index, int count)
    {
        base.Write(buffer, index, count);
        Look();
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        base.Write(buffer);
        Look();
    }

    private void Look()
    {
        if (_done || !GetStringBuilder().ToString().Contains(words, StringComparison.Ordinal)) return;
        _done = true;
        act();
    }
}
