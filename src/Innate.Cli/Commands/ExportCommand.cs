using System.CommandLine;
using Innate.Compute;
using Innate.Cli.Terminal;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate export</c>: a model in another form.</summary>
internal static class ExportCommand
{
    private const string Description = """
        Write a model as a GGUF file that llama.cpp reads, or as a Hugging Face folder of safetensors. The name of --out says
        which: one that ends with .gguf is a GGUF file.

        Matrices are rounded to --type by llama.cpp's own rules; without it they stay as they are stored, byte for byte from one
        GGUF file to another. A row that no whole blocks fit is written in f16. Adapters go into the weights.

        Examples:
          innate export --model DIR --type q8_0 --out model.gguf
          innate export --model model.gguf --out DIR
          innate export --model DIR --adapter run/final --type q4_1 --out tuned.gguf
        """;

    private static readonly Dictionary<string, ElementType> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["f32"] = ElementType.Float32,
        ["f16"] = ElementType.Float16,
        ["bf16"] = ElementType.BFloat16,
        ["q8_0"] = ElementType.Q8_0,
        ["q4_0"] = ElementType.Q4_0,
        ["q4_1"] = ElementType.Q4_1,
        ["q5_0"] = ElementType.Q5_0,
        ["q5_1"] = ElementType.Q5_1,
    };

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        Option<string?> output = Opt.Text("--out", "FILE.gguf|DIR", "The new GGUF file, or the new folder");
        output.Required = true;
        Option<string?> type = Opt.Text(
            "--type", "NAME", $"What matrices are rounded to: {string.Join(", ", Types.Keys)} [default: as they are stored]");
        Command command = new("export", Description);
        model.AddModelTo(command, adapter: true, computes: false);
        command.Add(output);
        command.Add(type);
        command.SetAction(parsed =>
        {
            ExportSettings settings = new()
            {
                Model = model.Source(parsed, io, note: false),
                Output = parsed.GetValue(output)!,
                Type = parsed.GetValue(type) is not { } name ? null : Types.TryGetValue(name, out ElementType known)
                    ? known
                    : throw new InputException(
                        $"--type: expected one of {string.Join(", ", Types.Keys)}, "
                        + $"found '{name}'{NearestName.Hint(name, Types.Keys)}."),
            };
            using RunView view = new(io, quiet: false);
            string path = new ExportRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            using StreamWriter text = io.TextOutput();
            text.WriteLine(path);
            return ExitCodes.Success;
        });
        return command;
    }
}
