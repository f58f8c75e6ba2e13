using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Innate.Cli.Terminal;
using Innate.Runs.Profiles;
using Innate.Scoring.Profiles;

namespace Innate.Cli.Commands;

/// <summary><c>innate profile new</c>: a profile's file to begin with, its words given or looked for.</summary>
internal static class ProfileNewCommand
{
    public static Command Create(CliIo io)
    {
        Argument<string> name = new("NAME") { Description = "Its name: letters, digits, '.', '-' and '_'" };
        Option<string?> prefers = Opt.Text("--prefers", "TEXT", "What it prefers, in words: the system prompt [off: --from]");
        Option<string?> from = Opt.Text(
            "--from", "FILE", "In place of --prefers: pairs (JSON lines of prompt, chosen, rejected) for which the model and a "
            + "few fixed wordings propose words, measured on half of the prompts and the best on the other half [off]");
        Option<int> samples = Opt.Whole(
            "--samples", "With --from: wordings to sample from the model", 8, 0, "a whole number of at least 0");
        Option<ulong> seed = Opt.Seed("--seed", "With --from: decides the samples");
        Option<string?> output = Opt.Text("--out", "FILE", "The file [default: profiles/NAME.json]");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress on stderr [off: show it]");
        ModelOptions model = new();
        Command command = new("new", "Write a profile's file, with comments; a file that is there is left alone.") { name };
        foreach (Option option in (Option[])[prefers, from, samples, seed, output]) command.Add(option);
        model.AddModelTo(command, adapter: true);
        foreach (Option option in (Option[])[model.Template, model.ChatTemplate, quiet]) command.Add(option);
        command.SetAction(parsed =>
        {
            string own = parsed.GetValue(name)!;
            if (!ProfileReader.IsName(own))
            {
                throw new InputException($"NAME: expected letters, digits, '.', '-' and '_', found '{own}'.");
            }

            string? words = parsed.GetValue(prefers), pairs = parsed.GetValue(from);
            if (string.IsNullOrWhiteSpace(words) == pairs is null)
            {
                throw new InputException("--prefers: expected what the profile prefers, in words, or --from FILE, found "
                    + (pairs is null ? "neither." : "both."));
            }

            string file = parsed.GetValue(output) ?? Path.Combine(ProfileFinder.Folder, own + ".json");
            if (File.Exists(file)) throw new InputException($"{file}: expected no such file, found one.");
            using StreamWriter told = io.TextOutput();
            if (pairs is null)
            {
                Write(file, ProfileCommand.FileOf(own, words!, "[]"));
                told.WriteLine(file);
                return ExitCodes.Success;
            }

            ProposalSettings settings = new()
            {
                Pairs = ProfileReader.ReadPairs(pairs),
                Model = model.Source(parsed, io, note: !parsed.GetValue(quiet)),
                Format = model.Format(parsed),
                Samples = parsed.GetValue(samples),
                Seed = parsed.GetValue(seed),
            };
            ProposalResult result;
            using (RunView view = new(io, parsed.GetValue(quiet)))
            {
                result = new ProposalRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            }

            string beside = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(file))!, pairs).Replace('\\', '/');
            Write(file, ProfileCommand.FileOf(own, result.Best, JsonSerializer.Serialize(beside)));
            Tell(told, result, file);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Tell(StreamWriter told, ProposalResult result, string file)
    {
        foreach (ProposedWording wording in result.Wordings)
        {
            told.WriteLine($"  {Text(wording.Agreement),-22}  {wording.Words}{(wording.IsSampled ? "  (the model's)" : "")}");
        }

        told.WriteLine($"\nThe best, on the other half of the prompts: {Text(result.HeldOut)}; without words "
            + $"{Text(result.HeldOutWithout)}.");
        if (result.Verdict != SteeringVerdict.Steers) told.WriteLine("It does not steer there.");
        told.WriteLine(file);
    }

    private static string Text(Share share) => string.Create(
        CultureInfo.InvariantCulture, $"{share.Value:0.0%} [{100 * share.Low:0.0}, {100 * share.High:0.0}]");

    private static void Write(string file, string text)
    {
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        File.WriteAllText(file, text);
    }
}
