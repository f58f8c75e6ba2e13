using System.CommandLine;
using Innate.Checkpoints;
using Innate.Learning;
using Innate.Models;

namespace Innate.Cli.Commands;

/// <summary><c>innate merge</c>: adapters into the weights.</summary>
internal static class MergeCommand
{
    private const string Description = """
        Add low-rank adapters to a model's weights: a whole Hugging Face folder, which needs no adapters any more.

        W + scale B A is rounded to the checkpoint's element type: a bf16 model's scores differ a little from what --adapter gives.

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
        model.AddModelTo(command, adapter: true);
        command.Add(output);
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(output)!;
            WholeFolder.RequireFree(folder);
            using ModelSession session = model.Open(parsed, io);
            using LanguageModel whole = LanguageModel.Load(
                session.Folder, new LanguageModelOptions { Threads = ScoreCommand.ThreadsOf(parsed, model) });
            LoraAdapters.Load(whole.Decoder, session.Adapter!).Merge();
            WholeFolder.Write(folder, partial => ModelWriter.Write(whole.Decoder, session.Folder, partial));
            using StreamWriter text = io.TextOutput();
            text.WriteLine(Path.GetFullPath(folder));
            return ExitCodes.Success;
        });
        return command;
    }
}
