using System.Globalization;
using System.Text;
using static Innate.Runs.Aligning.Handover.HandoverText;

namespace Innate.Runs.Aligning.Handover;

/// <summary>OpenRLHF's folder: its options (0.10 and newer), one a line, and the reward function.</summary>
internal static class OpenRlhfFiles
{
    /// <summary>The files by their names.</summary>
    public static IEnumerable<(string Name, string Text)> Of(HandoverPlan plan)
    {
        StringBuilder config = new();
        foreach ((string name, string? value) in Config(plan))
        {
            config.Append(value is null ? $"--{name}\n" : $"--{name}={value}\n");
        }

        // Options of two values, each a line of its own. A sum over tokens is far beyond OpenRLHF's own clip of a reward at 10.
        config.Append("--reward.clip_range\n-1e9\n1e9\n");
        config.Append(CultureInfo.InvariantCulture, $"--actor.adam.betas\n{plan.Training.Beta1}\n{plan.Training.Beta2}\n");

        yield return ("config.txt", config.ToString());
        yield return ("reward.py", $"""
            import os
            import sys

            sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
            os.environ["INNATE_REWARD"] = {Literal(plan.Reward)}

            from innate_openrlhf import reward_func  # noqa: E402, F401

            """);
        yield return ("innate_openrlhf.py", Integration("innate_openrlhf.py"));

        yield return ("prompts/train.jsonl", HandoverText.Rows(plan.Order(), (w, messages, answer, _) =>
        {
            Rows.RowWriter.Messages(w, "prompt", messages);
            w.WriteString("label", answer ?? "");
        }));
        yield return ("launch.sh", Launch("innate_openrlhf", """
            mapfile -t config < config.txt
            python3 -m openrlhf.cli.train_ppo_ray "${config[@]}" \
                --data.prompt_dataset "$PWD/prompts/train.jsonl" --reward.remote_url "$PWD/reward.py" \
                --ckpt.output_dir "$PWD/model" --ckpt.path "$PWD/checkpoints" \
                --actor.num_gpus_per_node "${GPUS:-1}" --ref.num_gpus_per_node "${GPUS:-1}" \
                --vllm.num_engines "${GPUS:-1}" "$@"
            """));
        yield return ("README.md", Readme(plan, "OpenRLHF"));
    }

    private static IEnumerable<(string Name, string? Value)> Config(HandoverPlan plan)
    {
        int answers = plan.BatchSize * plan.GroupSize;
        yield return ("actor.model_name_or_path", plan.Model);
        yield return ("actor.num_nodes", "1");
        yield return ("ref.num_nodes", "1");
        yield return ("train.colocate_all", null);
        yield return ("vllm.enable_sleep", null);
        yield return ("ds.enable_sleep", null);
        yield return ("data.input_key", "prompt");
        yield return ("data.label_key", "label");
        yield return ("data.apply_chat_template", null);
        yield return ("data.max_len", Number(plan.LongestPrompt + plan.Settings.MaxResponseTokens));
        yield return ("data.max_samples", Number(plan.Steps * plan.BatchSize));
        yield return ("rollout.max_new_tokens", Number(plan.Settings.MaxResponseTokens));
        yield return ("rollout.n_samples_per_prompt", Number(plan.GroupSize));
        yield return ("rollout.temperature", Number(plan.Settings.Recipe.Temperature));
        yield return ("rollout.batch_size", Number(plan.BatchSize));
        yield return ("rollout.micro_batch_size", Number(plan.MicroBatchSize * plan.GroupSize));
        yield return ("train.batch_size", Number(answers));
        yield return ("train.micro_batch_size", Number(plan.MicroBatchSize * plan.GroupSize));
        yield return ("train.max_epochs", "1");
        yield return ("train.num_episodes", "1");
        yield return ("train.seed", plan.Settings.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return ("algo.advantage.estimator", "group_norm");
        yield return ("algo.kl.init_coef", Number(plan.Settings.Recipe.Kl));
        yield return ("algo.kl.estimator", "k3");
        yield return ("algo.kl.use_loss", null);
        yield return ("actor.eps_clip", Number(HandoverPlan.Clips.Low));
        yield return ("actor.adam.lr", Number(plan.LearningRate));
        yield return ("actor.adam.weight_decay", Number(plan.Training.WeightDecay));
        yield return ("actor.lr_scheduler", "cosine_with_min_lr");
        yield return ("actor.min_lr_ratio", Number(plan.Training.FinalRate));
        yield return ("actor.lr_warmup_ratio", Number(plan.Training.Warmup));
        yield return ("actor.max_norm", Number(plan.Training.Clip));
        if (plan.Settings.LoraRank > 0)
        {
            yield return ("ds.lora.rank", Number(plan.Settings.LoraRank));
            yield return ("ds.lora.alpha", Number(plan.LoraAlpha));
        }

        yield return ("ckpt.save_steps", Number(plan.SaveEvery ?? -1));
        yield return ("logger.logging_steps", "1");
        yield return ("eval.steps", "-1");
    }
}
