"""The settings of all runs on SageMaker."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from genie3_engine import runs
from genie3_engine.runs import SageMakerOptions

AWS, EMULATOR = "AWS", "Emulator on this machine"
EMULATOR_ADDRESS = "http://localhost:5956"
_EMULATOR_REGION = "us-east-1"


def ask(saved: SageMakerOptions) -> SageMakerOptions:
    """Ask for the settings, keep them on request, and return them as they stand.

    Raises
    ------
    OptionError
        When a value is none that AWS takes.
    """
    where = st.segmented_control(
        "Endpoint",
        [AWS, EMULATOR],
        default=EMULATOR if saved.is_emulator else AWS,
        required=True,
        key="cloud_where",
    )
    options = _emulator(saved) if where == EMULATOR else _aws(saved)
    if st.button(
        "Save",
        type="primary",
        icon=":material/save:",
        key="save_cloud",
        disabled=options == saved,
    ):
        runs.save_cloud_settings(options)
        st.toast("Settings saved (no credentials stored).", icon=":material/check:")
        st.rerun()
    return options


def _emulator(saved: SageMakerOptions) -> SageMakerOptions:
    st.info(
        "The emulator runs jobs on this machine as SageMaker would: one process an instance, with "
        "S3, logs and spot interruptions. Nothing reaches AWS and nothing costs. Start it in a "
        "terminal:",
        icon=":material/science:",
    )
    st.code("make emulator", language="bash")
    address = st.text_input(
        "Its address",
        saved.endpoint_url if saved.is_emulator else EMULATOR_ADDRESS,
        key="cloud_endpoint",
    )
    return replace(saved, endpoint_url=address.strip(), region=_EMULATOR_REGION, profile="")


def _aws(saved: SageMakerOptions) -> SageMakerOptions:
    st.caption(
        "Credentials come from your AWS configuration (`aws configure`). Without an account, try "
        "the emulator."
    )
    first, second = st.columns(2, gap="medium")
    region = first.text_input("Region", saved.region, key="cloud_region", placeholder="Default")
    profile = second.text_input(
        "Profile", saved.profile, key="cloud_profile", placeholder="Default"
    )
    role = st.text_input(
        "Role of the instances",
        saved.role,
        key="cloud_role",
        placeholder="arn:aws:iam::123456789012:role/genie3-instances",
    )
    bucket = st.text_input(
        "Bucket", saved.bucket, key="cloud_bucket", placeholder="One of your account's, by default"
    )
    create = st.checkbox(
        "Create the bucket if missing",
        saved.create_bucket,
        key="cloud_create_bucket",
        help="Closed to the public and encrypted.",
    )
    with st.expander("Network, encryption, image", icon=":material/lock:"):
        subnets = st.text_input("Subnets", ", ".join(saved.subnets), key="cloud_subnets")
        groups = st.text_input(
            "Security groups", ", ".join(saved.security_groups), key="cloud_groups"
        )
        st.caption("Both together: the instances join your VPC. It needs a way to S3.")
        kms_key = st.text_input("KMS key", saved.kms_key, key="cloud_kms")
        st.caption("Encrypts disks and results. By default S3's own key does.")
        image = st.text_input(
            "Image", saved.image, key="cloud_image", placeholder="SageMaker's scikit-learn"
        )
        st.caption("An image of your own, as `containers/sagemaker/Dockerfile` makes one.")
    return replace(
        saved,
        endpoint_url="" if saved.is_emulator else saved.endpoint_url,
        region=region.strip(),
        profile=profile.strip(),
        role=role.strip(),
        bucket=bucket.strip(),
        create_bucket=create,
        subnets=_listed(subnets),
        security_groups=_listed(groups),
        kms_key=kms_key.strip(),
        image=image.strip(),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.replace(",", " ").split() if part)
