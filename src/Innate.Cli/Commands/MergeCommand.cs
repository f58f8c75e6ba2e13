using System.CommandLine;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate merge</c>: adapters into the weights.</summary>
internal static class MergeCommand
{
    private const string Description = """
        Add low-rank adapters to a model's weights: a whole Hugging Face folder, which needs no adapters any more.

        W + scale B A is rounded to the checkpoint's element type: a bf16 model's scores differ a little from what --adapter
        gives.

        Examples:
          innate merge --adapter run/final --out merged
          innate merge --model DIR --adapter run/final --out merged
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        model.Adapter.Required = true;
        model.Adapter.Description = "The adapters: a PEFT folder, such as `innate train --lora-rank` writes";
        Option<string?> output = Opt.Text("--out", "DIR", "The new folder: must not exist, or be empty");
        output.Required = true;
        Command command = new("merge", Description);
        model.AddModelTo(command, adapter: true, computes: false);
        command.Add(output);
        command.SetAction(parsed =>
        {
            MergeSettings settings = new() { Model = model.Source(parsed, io, note: false), Output = parsed.GetValue(output)! };
            string folder = new MergeRun(settings) { OpenModel = io.OpenSource }.Execute(cancellation: io.Cancellation);
            using StreamWriter text = io.TextOutput();
            text.WriteLine(folder);
            return ExitCodes.Success;
        });
        return command;
    }
}
