#!/bin/bash
# Training on several machines: Slurm starts the ranks through Open MPI, and the weights have the bits of one process.
#
#   mkdir -p logs && sbatch deploy/slurm-train.sh rows.jsonl run MODEL
#
# Submitted again, it goes on from the last checkpoint, with any number of tasks up to --shares. Not run where this project is
# built, which has no Slurm.
#SBATCH --job-name=innate-train
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=32
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --output=logs/%x-%j.log
set -euo pipefail
data=$1 out=$2 model=$3
mpirun -n "${SLURM_NTASKS}" innate train sft --model "$model" --data "$data" --out "$out" --shares 8 --save-every 50 \
  --threads "${SLURM_CPUS_PER_TASK}" --resume
